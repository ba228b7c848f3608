/** What the process ends with. Scripts rely on these: they never change meaning. */
export const ExitCode = {
  /** Done. */
  OK: 0,
  /** The cluster refused, or something went wrong on the way; stderr says what. */
  FAILED: 1,
  /** The command line is wrong: nothing was tried. */
  USAGE: 2,
  /** No broker could be reached. */
  UNREACHABLE: 3,
  /** Ended by a second Ctrl-C, without waiting for anything. */
  FORCED: 130,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  done
  1  the cluster refused, or something failed; stderr says what
  2  wrong usage, nothing was tried
  3  no broker could be reached
`;
