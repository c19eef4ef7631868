import { parseArgs } from 'node:util';
import { isTopology, TOPOLOGIES, type TopologyName } from './topologies/start.ts';

export interface Arguments {
  readonly topologies: readonly TopologyName[];
  readonly servers: number;
  /** Whether Redis with replicas is tried in the durable profile. */
  readonly durable: boolean;
  readonly seconds: number;
  readonly seed: number;
  readonly seeds: number;
  readonly broken: string | null;
  readonly only: string | undefined;
  readonly verbose: boolean;
  readonly sessions: number;
  readonly writers: number;
  readonly crowd: number;
  readonly paceMs: number;
  /** Where the history of a run that breached something is written. */
  readonly save: string | null;
}

/** @throws TypeError or RangeError that says what does not fit. */
export function argumentsOf(given: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      topology: { type: 'string', default: Object.keys(TOPOLOGIES).join(',') },
      servers: { type: 'string', default: '3' },
      durable: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      broken: { type: 'string' },
      only: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      sessions: { type: 'string', default: '6' },
      writers: { type: 'string', default: '6' },
      crowd: { type: 'string', default: '2' },
      pace: { type: 'string', default: '20' },
      save: { type: 'string' },
    },
  });
  return {
    topologies: values.topology.split(',').map((name) => {
      if (!isTopology(name)) throw new RangeError(`There is no topology ${name}.`);
      return name;
    }),
    durable: values.durable,
    servers: positive('servers', values.servers),
    seconds: positive('seconds', values.seconds),
    seed: positive('seed', values.seed),
    seeds: positive('seeds', values.seeds),
    broken: values.broken ?? null,
    only: values.only,
    verbose: values.verbose,
    sessions: positive('sessions', values.sessions),
    writers: positive('writers', values.writers),
    crowd: positive('crowd', values.crowd),
    paceMs: positive('pace', values.pace),
    save: values.save ?? null,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new RangeError(`--${name} is a whole number above 0.`);
  return number;
}
