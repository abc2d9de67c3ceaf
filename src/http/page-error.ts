/** An error that a person may see: its message is shown on the error page as it stands. */
export class PageError extends Error {
  override name = 'PageError';
  readonly statusCode: number;

  constructor(statusCode: number, message?: string) {
    super(message ?? '');
    this.statusCode = statusCode;
  }
}
