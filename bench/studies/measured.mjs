import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The built server in a process of its own that tells what it holds. */
export async function startMeasuredServer(env) {
  const child = fork(fileURLToPath(new URL('measured-server.mjs', import.meta.url)), {
    env,
    execArgv: ['--expose-gc'],
  });
  const [started] = await once(child, 'message');
  return {
    endpoint: `${started.url}/graphql`,
    port: Number(new URL(started.url).port),
    async held() {
      child.send('held');
      return (await once(child, 'message'))[0];
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** The data of an operation that must succeed. */
export async function ask(server, query, variables) {
  const response = await fetch(server.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}
