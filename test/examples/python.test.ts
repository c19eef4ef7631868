import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/running-app.ts';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let app: RunningApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** Runs python3 in the folder of the example, against the server of this test and nothing else. */
function python(...args: readonly string[]): Promise<Ran> {
  const child = spawn('python3', args, {
    cwd: 'examples/python',
    env: {
      PATH: process.env['PATH'],
      AGENT_SESSIONS_URL: app.url,
      // The folder stays as it is in the repository.
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'error',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('the example in Python', () => {
  it('passes its own tests', async () => {
    const { code, stderr } = await python('-m', 'unittest', '-v', 'test_agent_sessions');
    expect(stderr).toMatch(/\nOK\s*$/);
    expect(code).toBe(0);
  });

  it('runs as it is', async () => {
    const { code, stdout, stderr } = await python('example.py');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^Stored, .*: {'added': 7, 'skipped': 0}/),
      "Stored again: {'added': 0, 'skipped': 6}",
      '     user: What is the weather in Paris?',
      'assistant: 21 degrees and sun. Take your glasses.',
      '     user: Thank you!',
      'assistant: You are welcome.',
      'Agents: triage, weather',
      'Items for the next run: 8',
      '',
    ]);
    expect(code).toBe(0);
  });
});
