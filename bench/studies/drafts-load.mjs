/**
 * Writes messages piece by piece, and watches them: `drafts` sessions with one writer and two watchers each, who join at
 * random moments. Every watcher puts its text together from what it is told, and it must be what was written.
 */
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';

const { port, drafts, rate, pieces } = JSON.parse(process.env.LOAD);
const url = `http://127.0.0.1:${port}/graphql`;
const agent = new Agent({ keepAlive: true, maxSockets: drafts });
const PIECE = 'twenty characters :)';

const spoken = {
  watch:
    'subscription($s:ID!){sessionEvents(sessionId:$s,after:"0"){__typename ...on DraftStarted{draft{id text}} ...on DraftAppended{draftId offset text} ...on ItemAdded{finishesDraft item{...on Message{text}}}}}',
  append:
    'mutation($s:ID!,$d:ID!,$o:Int!,$t:String!){appendToMessage(input:{sessionId:$s,draftId:$d,offset:$o,text:$t}){draft{id}}}',
  async begin(s) {
    await post('mutation($s:ID!){createSession(input:{id:$s}){session{id}}}', { s });
    const { startMessage } = await post('mutation($s:ID!){startMessage(input:{sessionId:$s}){draft{id}}}', {
      s,
    });
    return startMessage.draft.id;
  },
  async end(s, d) {
    await post('mutation($s:ID!,$d:ID!){finishMessage(input:{sessionId:$s,draftId:$d}){message{id}}}', {
      s,
      d,
    });
  },
  /** Puts an event into what a watcher holds; true when the message is finished. */
  take(watcher, { sessionEvents: event }) {
    if (event.__typename === 'DraftStarted') watcher.text = event.draft.text;
    if (event.__typename === 'DraftAppended') {
      if (event.offset !== watcher.text.length) watcher.faults++;
      watcher.text += event.text;
    }
    if (event.__typename !== 'ItemAdded') return false;
    if (event.finishesDraft === null) return false;
    // One that joined after the end was told of no draft.
    if (watcher.text === '') watcher.text = event.item.text;
    return true;
  },
};

function post(query, variables) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ query, variables });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const { data, errors } = JSON.parse(text);
        if (errors) reject(new Error(text));
        else resolve(data);
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

let deliveries = 0;

function watch(sessionId) {
  const watcher = { text: '', faults: 0 };
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  const finished = new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (/** @type {Buffer} */ data) => {
      const message = JSON.parse(data.toString());
      if (message.type === 'connection_ack') {
        const payload = { query: spoken.watch, variables: { s: sessionId } };
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
      } else if (message.type === 'next') {
        deliveries++;
        if (message.payload.errors) reject(new Error(JSON.stringify(message)));
        else if (spoken.take(watcher, message.payload.data)) {
          socket.close();
          resolve();
        }
      } else if (message.type !== 'ping' && message.type !== 'pong') reject(new Error(data.toString()));
    });
  });
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  return { watcher, finished };
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function draft(index) {
  const sessionId = `draft-${process.pid}-${index}`;
  const draftId = await spoken.begin(sessionId);
  const watchers = [];
  const expected = PIECE.repeat(pieces);
  await started;
  const joinAt = [0, 1].map(() => Math.floor(Math.random() * pieces));
  const begun = performance.now();
  for (let piece = 0; piece < pieces; piece++) {
    for (const at of joinAt) if (at === piece) watchers.push(watch(sessionId));
    await post(spoken.append, { s: sessionId, d: draftId, o: piece * PIECE.length, t: PIECE });
    const due = begun + ((piece + 1) * 1_000) / rate;
    const left = due - performance.now();
    if (left > 0) await wait(left);
  }
  await spoken.end(sessionId, draftId);
  await Promise.all(watchers.map(({ finished }) => finished));
  return watchers.filter(({ watcher }) => watcher.faults > 0 || watcher.text !== expected).length;
}

let start;
const started = new Promise((resolve) => (start = resolve));
const running = Array.from({ length: drafts }, (_, index) => draft(index));
process.once('message', () => start());
await wait(1_000);
process.send({ ready: true });
const begun = await started.then(() => performance.now());
const wrong = (await Promise.all(running)).reduce((sum, count) => sum + count, 0);
process.send({ seconds: (performance.now() - begun) / 1_000, pieces: drafts * pieces, deliveries, wrong });
process.exit();
