import type { Finding } from '../../core/diagnosis.ts';
import { UnsafeStoreError } from '../../core/errors.ts';
import { describeDurability } from './durability.ts';
import type { RedisLink } from './link.ts';

/** The first version that has all that the scripts use. */
const LEAST_MAJOR = 7;

/** Looks at a Redis, or at each master of a Cluster: its version, its part, and what its settings promise. */
export async function inspectRedis(link: RedisLink, waitReplicas: number): Promise<readonly Finding[]> {
  const masters = await link.readEverywhere((client) => client.info('server', 'replication', 'memory'));
  const found = masters
    .map(fieldsOf)
    .flatMap((told) => [versionOf(told), ...partOf(told), ...memoryOf(told)]);
  const different = found.filter(
    ({ text }, index) => found.findIndex((each) => each.text === text) === index,
  );
  return [...different, ...(await promiseOf(link, waitReplicas))];
}

function versionOf(told: ReadonlyMap<string, string>): Finding {
  const valkey = told.get('valkey_version');
  if (valkey !== undefined) return { ok: true, text: `This is Valkey ${valkey}.` };
  const version = told.get('redis_version') ?? 'of an unknown version';
  const ok = Number.parseInt(version, 10) >= LEAST_MAJOR;
  return { ok, text: ok ? `This is Redis ${version}.` : `This is Redis ${version}: 7.0 or later is needed.` };
}

function partOf(told: ReadonlyMap<string, string>): readonly Finding[] {
  if (told.get('role') === 'slave') {
    return [{ ok: false, text: 'It is a replica and cannot be written to: STORE_URL must name its master.' }];
  }
  return [
    { ok: true, text: `It can be written to, and has ${told.get('connected_slaves') ?? '0'} replicas.` },
  ];
}

function memoryOf(told: ReadonlyMap<string, string>): readonly Finding[] {
  const policy = told.get('maxmemory_policy');
  if (policy === undefined) return [];
  const ok = policy === 'noeviction';
  return [
    {
      ok,
      text: ok
        ? 'When its memory is full it refuses writes, and throws no session away (maxmemory-policy noeviction).'
        : `When its memory is full it throws sessions away (maxmemory-policy ${policy}): set it to noeviction.`,
    },
  ];
}

async function promiseOf(link: RedisLink, waitReplicas: number): Promise<readonly Finding[]> {
  try {
    const promise = await describeDurability(link, waitReplicas);
    return [{ ok: true, text: `What an acknowledged write is worth: ${promise}` }];
  } catch (error) {
    // Its policy is a finding already.
    if (error instanceof UnsafeStoreError) return [];
    throw error;
  }
}

/** The lines `name:value` of INFO. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\r\n').map((line) => line.split(':', 2));
  return new Map(lines.flatMap(([name, value]) => (name && value !== undefined ? [[name, value]] : [])));
}
