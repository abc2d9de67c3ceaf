/** A module's e-learning as its folder holds it. */
export interface Course {
  /** The module's. */
  slug: string;
  /** The version of the module that this teaches. */
  version: number;
  /** About how long it takes. */
  minutes: number;
  /** What people should know before they read. */
  warning: string | undefined;
  /** What they say yes to at the end; undefined where there is nothing to agree to. */
  agreement: string | undefined;
  pages: CoursePage[];
  pictures: Map<string, Picture>;
  quiz: Quiz;
}

export interface CoursePage {
  /** Its file's name without number and ending: it stays the same where pages move. */
  name: string;
  title: string;
  html: string;
}

export interface Picture {
  contentType: string;
  content: Buffer;
}

export interface Quiz {
  /** In percent. */
  passMark: number;
  /** Between one try and the next. */
  pauseMinutes: number;
  questions: Question[];
}

export interface Question {
  /** Made of its words: who reworded it asks something else. */
  id: string;
  text: string;
  /** More than one option is right. */
  several: boolean;
  options: Option[];
  /** Said to those who got it wrong. */
  because: string;
}

export interface Option {
  id: string;
  text: string;
  right: boolean;
}

export type Courses = ReadonlyMap<string, Course>;
