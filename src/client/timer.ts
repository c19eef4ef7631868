/** Runs a task once, after so many milliseconds; what it returns calls the task off. */
export type Timer = (ms: number, task: () => void) => () => void;

/** A clock's own. In Node it keeps no process alive: what waits for it is of use only while something else goes on. */
export const setTimer: Timer = (ms, task) => {
  const timer = setTimeout(task, ms);
  // Browsers give a number.
  (Object(timer) as { readonly unref?: () => void }).unref?.();
  return () => clearTimeout(timer);
};
