import type { ImportProgress } from '../core/import/importing.ts';

/** Where progress is shown: a terminal, or what keeps lines. */
export interface ProgressOutput {
  readonly isTTY: boolean;
  write(text: string): void;
}

export interface Progress {
  show(progress: ImportProgress): void;
  /** Leaves the bar where it stands; what is written next begins a line. */
  end(): void;
}

const WIDTH = 30;

/** A bar that is redrawn on a terminal, and a line for each tenth elsewhere. */
export function createProgress(output: ProgressOutput): Progress {
  let drawn = '';
  const draw = (text: string): void => {
    if (text === drawn) return;
    output.write(`\r${text.padEnd(drawn.length)}`);
    drawn = text;
  };
  let tenth = 0;
  let searching = true;
  return {
    show(progress) {
      if (progress.phase === 'search') {
        if (output.isTTY) draw(`Looking for histories: ${count(progress.entries)} entries`);
        return;
      }
      const { entries, total } = progress;
      const share = total === 0 ? 1 : Math.min(entries / total, 1);
      if (output.isTTY) return draw(bar(share, entries, total));
      const reached = Math.floor(share * 10);
      if (!searching && reached <= tenth) return;
      searching = false;
      tenth = reached;
      output.write(`${count(entries)} of ${count(total)} entries\n`);
    },
    end() {
      if (drawn !== '') output.write('\n');
      drawn = '';
    },
  };
}

function bar(share: number, entries: number, total: number): string {
  const filled = Math.floor(share * WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${percent} % of ${count(total)} entries`;
}

/** With commas between thousands, whatever the language of the machine. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
