import { configVariables } from '../config.ts';

/** What `--help` prints. */
export function usage(): string {
  const width = Math.max(...configVariables.map(({ name }) => name.length));
  const variables = configVariables.map(
    ({ name, default: fallback, description }) =>
      `  ${name.padEnd(width)}  ${description}\n  ${''.padEnd(width)}  Default: ${fallback}`,
  );
  return `agent-sessions: a GraphQL server for the conversations of AI agents

Usage: node dist/main.js [serve]    serves on http://HOST:PORT/graphql
       node dist/main.js doctor     says whether all that it needs works, and what does not
       node dist/main.js import     brings in histories of a Redis, or an export; see import --help
       node dist/main.js export     writes sessions as JSON Lines; see export --help
       node dist/main.js erase      removes all that is kept of a user; see erase --help
       node dist/main.js token      makes a token for development; see token --help
       node dist/main.js --help     prints this
       node dist/main.js --version  prints the version

Environment:
${variables.join('\n')}
`;
}
