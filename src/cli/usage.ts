import { configVariables } from '../config.ts';

/** What `--help` prints. */
export function usage(): string {
  const width = Math.max(...configVariables.map(({ name }) => name.length));
  const variables = configVariables.map(
    ({ name, default: fallback, description }) =>
      `  ${name.padEnd(width)}  ${description}\n  ${''.padEnd(width)}  Default: ${fallback}`,
  );
  return `agent-sessions: a GraphQL server for the conversations of AI agents

Usage: agent-sessions [serve]    serves on http://HOST:PORT/graphql
       agent-sessions import     brings in histories of a Redis; see import --help
       agent-sessions --help     prints this
       agent-sessions --version  prints the version

Environment:
${variables.join('\n')}
`;
}
