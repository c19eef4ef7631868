import type { Finding } from '../../core/diagnosis.ts';
import { describeDurability } from './durability.ts';
import type { RedisLink } from './link.ts';

/** The first version that has all that the scripts use. */
const LEAST_MAJOR = 7;

/** Looks at a Redis: its version, its part, and what its settings promise. */
export async function inspectRedis(link: RedisLink): Promise<readonly Finding[]> {
  const told = fieldsOf(await link.read((client) => client.info('server', 'replication', 'memory')));
  return [versionOf(told), ...partOf(told), ...memoryOf(told), await promiseOf(link)];
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

async function promiseOf(link: RedisLink): Promise<Finding> {
  return { ok: true, text: `What an acknowledged write is worth: ${await describeDurability(link)}` };
}

/** The lines `name:value` of INFO. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\r\n').map((line) => line.split(':', 2));
  return new Map(lines.flatMap(([name, value]) => (name && value !== undefined ? [[name, value]] : [])));
}
