export type RequiredProgram = 'redis' | 'python' | 'curl' | 'chromium';
export const REQUIRED_PROGRAMS: Readonly<Record<RequiredProgram, readonly string[]>>;
/** The path of the first of these programs that can be run, or null. `path` defaults to the PATH of this process. */
export function findProgram(names: readonly string[], path?: string): string | null;
