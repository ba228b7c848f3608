/** Configs that Kafka does not have. All start with `zurau.`, and there should be few. */
export const zurauDefinitions = {
  'zurau.data.in.memory': {
    type: 'boolean',
    default: 'false',
    importance: 'high',
    supported: false,
    doc: 'Keep logs and metadata in memory: nothing is written to log.dirs, and everything is gone when the broker stops.',
  },
} as const;
