import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { pathOf } from './path.ts';

/** One file of the console, in both forms in which it is sent. */
interface ConsoleFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly compressed: Buffer;
}

/** Where `npm run build` leaves it, beside the compiled server. It is not there when the server runs from its sources. */
const BUILT = new URL('../console/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Scripts, styles and requests of this server and of nobody else, and no text that becomes markup or script: what a
 * stored message says cannot act, even if the console had a fault.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/**
 * The console at `/` and its files in `/assets/`.
 * @returns what answers a request and resolves to true; false: it asks for nothing that is here.
 */
export function createConsole(folder: URL = BUILT) {
  let files: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = pathOf(request);
    if (path !== '/' && !path.startsWith('/assets/')) return false;
    files ??= readFiles(folder);
    // Only names that were found are ever looked up: no path of a request reaches the disk.
    const file = (await files).get(path);
    if (file === undefined) return false;
    if (request.method === 'GET' || request.method === 'HEAD') send(request, response, path, file);
    else response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return true;
  };
}

function send(request: IncomingMessage, response: ServerResponse, path: string, file: ConsoleFile): void {
  const { type, etag, plain, compressed } = file;
  response.setHeader('etag', etag);
  response.setHeader('vary', 'accept-encoding');
  // Files in assets have the digest of what they hold in their names.
  response.setHeader('cache-control', path === '/' ? 'no-cache' : 'public, max-age=31536000, immutable');
  if (path === '/') {
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('cross-origin-opener-policy', 'same-origin');
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = zipped ? compressed : plain;
  response.setHeader('content-type', type);
  response.setHeader('content-length', body.length);
  if (zipped) response.setHeader('content-encoding', 'gzip');
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
}

/** By the paths that they are asked for; none when nothing was built. */
async function readFiles(folder: URL): Promise<ReadonlyMap<string, ConsoleFile>> {
  const names = [
    'index.html',
    ...(await namesIn(new URL('assets/', folder))).map((name) => `assets/${name}`),
  ];
  const files = new Map<string, ConsoleFile>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    const plain = type === undefined ? null : await readIfThere(new URL(name, folder));
    const compressed = await readIfThere(new URL(`${name}.gz`, folder));
    if (type === undefined || plain === null || compressed === null) continue;
    const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
    files.set(name === 'index.html' ? '/' : `/${name}`, { type, etag, plain, compressed });
  }
  return files;
}

async function namesIn(folder: URL): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

async function readIfThere(file: URL): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
