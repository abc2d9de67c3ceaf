/** What a log may hold of an error: where it happened. Its message may quote what a person typed. */
export const errorForLog = (error: Error & { code?: string }) => ({
  type: error.name,
  code: error.code,
  at: error.stack?.split('\n').filter((line) => /^ {4}at /.test(line)),
});
