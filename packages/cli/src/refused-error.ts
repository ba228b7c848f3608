/** What a command finds out by itself that the cluster would refuse, under the code that the cluster would give. Ends with exit code 1. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Kafka's name of the error. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
