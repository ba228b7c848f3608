/** A wrong command line: shown with a pointer to --help, ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
