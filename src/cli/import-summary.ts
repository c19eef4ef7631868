import type { ImportReport, Noted } from '../core/import/tally.ts';
import { count } from './import-progress.ts';

/** What is said at the end of an import. */
export function importSummary(report: ImportReport): string {
  const { dryRun, written, sessionsWritten, present, repeated, skipped } = report;
  const lines = [
    ...(dryRun ? ['A dry run: nothing was written. An import would do this:'] : []),
    `Found ${entries(report.entries)} in ${conversations(report.conversations)}.`,
    `Written: ${entries(written)} to ${sessions(sessionsWritten)}.`,
    `There already: ${entries(present)}.`,
    ...(repeated > 0 ? [`Left out as repeated history: ${entries(repeated)}.`] : []),
    `Skipped: ${entries(skipped.reduce((sum, noted) => sum + noted.entries, 0))}.`,
    ...skipped.map((noted) => `  ${amount(noted)}, because ${noted.reason}: ${examples(noted)}`),
    ...remark(report.renamed, 'got another id, because theirs is none that a session may have, or is taken'),
    ...remark(report.mixed, 'had items that no import wrote: what was written stands after those'),
  ];
  return `${lines.join('\n')}\n`;
}

function remark(noted: Noted, what: string): string[] {
  return noted.conversations === 0 ? [] : [`${sessions(noted.conversations)} ${what}: ${examples(noted)}`];
}

function amount(noted: Noted): string {
  const whole = noted.conversations === 0 ? '' : ` of ${conversations(noted.conversations)}`;
  return `${entries(noted.entries)}${whole}`;
}

const EXAMPLE_LENGTH = 100;

/** As JSON, since a foreign name may hold what a terminal obeys. */
function examples(noted: Noted): string {
  const shown = noted.examples.map((name) =>
    JSON.stringify(name.length > EXAMPLE_LENGTH ? `${name.slice(0, EXAMPLE_LENGTH)}…` : name),
  );
  const more = shown.length < (noted.conversations || noted.entries);
  return [...shown, ...(more ? ['…'] : [])].join(', ');
}

function entries(amountOf: number): string {
  return amountOf === 1 ? '1 entry' : `${count(amountOf)} entries`;
}

function conversations(amountOf: number): string {
  return amountOf === 1 ? '1 conversation' : `${count(amountOf)} conversations`;
}

function sessions(amountOf: number): string {
  return amountOf === 1 ? '1 session' : `${count(amountOf)} sessions`;
}
