import type { Promises } from '../checker/promises.ts';
import type { Fault } from '../nemesis/fault.ts';
import type { ServerNode } from './server-node.ts';

/** Servers of the product over a real store, and what can go wrong there. */
export interface Topology {
  readonly name: string;
  readonly servers: readonly ServerNode[];
  readonly faults: readonly Fault[];
  readonly promises: Partial<Promises>;
  /** What is held at this moment, by what it is: descriptors of each server, clients and channels of each Redis. */
  census(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

export interface TopologyOptions {
  /** How many servers there are. */
  readonly servers: number;
  /** Whether writes are answered only when a replica has them, where there are replicas. */
  readonly durable: boolean;
  /** Further settings of the servers. */
  readonly env: Readonly<Record<string, string>>;
}
