/** An Apache ZooKeeper client: sessions, watches, multi. */
export {};
