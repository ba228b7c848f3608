/** The numbers that ZooKeeper's protocol has for kinds of requests, and for what comes without a request. */
export const OpCode = {
  ERROR: -1,
  CREATE: 1,
  DELETE: 2,
  EXISTS: 3,
  GET_DATA: 4,
  SET_DATA: 5,
  GET_ACL: 6,
  SET_ACL: 7,
  SYNC: 9,
  PING: 11,
  GET_CHILDREN: 12,
  CHECK: 13,
  MULTI: 14,
  /** A create whose answer carries the stat of the node. */
  CREATE_WITH_STAT: 15,
  AUTH: 100,
  SET_WATCHES: 101,
  SASL: 102,
  CLOSE_SESSION: -11,
} as const;

/** Numbers in the place of a request's own number: what they head is not the answer to a request in the queue. */
export const SpecialXid = {
  NOTIFICATION: -1,
  PING: -2,
  AUTH: -4,
  SET_WATCHES: -8,
} as const;
