import { ConfigError } from '../config.ts';

/** What is wrong with a file of the programme's content folder: it stops the start. */
export const contentError = (file: string, sentence: string) =>
  new ConfigError(`In the folder CONTENT_DIR, ${file}: ${sentence}`);
