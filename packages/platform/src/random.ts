/** Source of randomness; seeded in the simulator, the operating system's otherwise. */
export interface Random {
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform whole number in [0, bound). `bound` is a positive safe integer. */
  int(bound: number): number;
  /** `count` random bytes, fit for secrets in the Node implementation. */
  bytes(count: number): Buffer;
  /**
   * Kafka's text form of a random uuid: 16 bytes as base64url without padding, 22 characters, the
   * first never `-`.
   */
  uuid(): string;
}
