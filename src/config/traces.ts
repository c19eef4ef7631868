import type { Variable } from './variable.ts';

/** Where traces go; the names and their meaning are OpenTelemetry's. */
export interface TracesConfig {
  /** The collector's address, to which `/v1/traces` is added. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Share of the traces that begin here that is kept, 0 to 1. */
  readonly ratio: number;
}

export const traceVariables: readonly Variable[] = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: '',
    description:
      'A collector of OpenTelemetry that is sent traces (OTLP over HTTP, at /v1/traces below this), such as http://localhost:4318. Absent: nothing is traced.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    default: '',
    description: 'Headers that the collector asks for, as name=value, with commas between them.',
  },
  {
    name: 'OTEL_SERVICE_NAME',
    default: 'agent-sessions',
    description: 'What this server is called in traces.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    default: '1',
    description:
      'Share of the traces that begin here that is kept, 0 to 1. A request that brings a traceparent is kept as that says.',
  },
];

/** null: nothing is traced. What is wrong is added to `problems`; values are not repeated. */
export function parseTraces(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): TracesConfig | null {
  const value = (name: string): string => env[name] ?? '';
  const headers = parseHeaders(value('OTEL_EXPORTER_OTLP_HEADERS'));
  if (headers === null)
    problems.push('OTEL_EXPORTER_OTLP_HEADERS must be name=value, with commas between them.');
  const ratio = value('OTEL_TRACES_SAMPLER_ARG') || '1';
  if (!/^(?:0(?:\.\d+)?|1(?:\.0+)?|\.\d+)$/.test(ratio)) {
    problems.push('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.');
  }
  const endpoint = value('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint === '') return null;
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    problems.push('OTEL_EXPORTER_OTLP_ENDPOINT must be an address that begins with http:// or https://.');
  }
  return Object.freeze({
    endpoint,
    headers: headers ?? {},
    serviceName: value('OTEL_SERVICE_NAME') || 'agent-sessions',
    ratio: Number(ratio),
  });
}

/** Values are percent-encoded, as in W3C Baggage; null: they are not. */
function parseHeaders(text: string): Readonly<Record<string, string>> | null {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').map((part) => part.trim())) {
    if (pair === '') continue;
    const [, name, given] = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*(.*)$/.exec(pair) ?? [];
    const decoded = given === undefined ? null : decodedText(given);
    if (name === undefined || decoded === null) return null;
    headers[name] = decoded;
  }
  return headers;
}

function decodedText(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
