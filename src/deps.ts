import type { Config } from './config.ts';
import type { Db } from './db.ts';
import type { Courses } from './elearning/course.ts';
import type { Queue } from './jobs.ts';
import type { PublicContent } from './public-content.ts';
import type { Templates } from './templates.ts';
import type { Clock } from './time.ts';

/** What every feature's routes are given. */
export interface Deps {
  config: Config;
  db: Db;
  queue: Queue;
  clock: Clock;
  content: PublicContent;
  templates: Templates;
  courses: Courses;
}
