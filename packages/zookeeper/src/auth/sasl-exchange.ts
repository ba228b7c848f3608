/** One exchange of tokens by which a connection proves who we are. */
export interface SaslExchange {
  /** What we send first; may be empty. */
  begin(): Buffer;
  /** Our answer to the server's token; undefined when it was its last and all is well. Throws ZooKeeperError `AUTH_FAILED`. */
  answer(challenge: Buffer): Buffer | undefined;
}
