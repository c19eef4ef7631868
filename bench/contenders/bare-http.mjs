/** node:http that reads a JSON request and answers: the floor under every answer. Nothing is kept, nobody is told. */
import { createServer } from 'node:http';
import { newMessage } from './redis-log.mjs';
import { listen } from './tell.mjs';

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { variables } = JSON.parse(Buffer.concat(chunks));
    const body = Buffer.from(JSON.stringify({ data: { addMessage: newMessage(variables) } }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});
await listen(server);
