/** Paths on a grid of 20, drawn with a pen of 1.6. */
const PATHS = {
  arrowDown: 'M10 4v12M5 11l5 5 5-5',
  arrowUp: 'M10 16V4M5 9l5-5 5 5',
  back: 'M12 4l-6 6 6 6',
  check: 'M4 10.5l4 4 8-9',
  chevron: 'M8 5l5 5-5 5',
  close: 'M5 5l10 10M15 5L5 15',
  code: 'M7 5.5L2.5 10 7 14.5M13 5.5l4.5 4.5-4.5 4.5',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4z',
  download: 'M10 3v9M6 8.5l4 4 4-4M4 16h12',
  edit: 'M4 16l1-4 8-8 3 3-8 8zM11.5 5.5l3 3',
  fork: 'M6 5v10M6 11c0-3 8-1 8-6M6 5m-1.8 0a1.8 1.8 0 103.6 0 1.8 1.8 0 10-3.6 0M14 5m-1.8 0a1.8 1.8 0 103.6 0 1.8 1.8 0 10-3.6 0M6 15m-1.8 0a1.8 1.8 0 103.6 0 1.8 1.8 0 10-3.6 0',
  handoff: 'M3 7h12M12 4l3 3-3 3M17 13H5M8 10l-3 3 3 3',
  help: 'M7.5 7.5a2.5 2.5 0 113.6 2.2c-.8.4-1.1.9-1.1 1.8M10 14.6v.1',
  info: 'M10 9v5M10 6.2v.1M10 10m-7 0a7 7 0 1014 0 7 7 0 10-14 0',
  key: 'M13 7m-3.5 0a3.5 3.5 0 107 0 3.5 3.5 0 10-7 0M10.5 9.5L4 16M6 14l2 2',
  more: 'M4.5 10h.1M10 10h.1M15.5 10h.1',
  monitor: 'M3 4h14v9H3zM7 17h6M10 13v4',
  moon: 'M16 11.5A6.5 6.5 0 018.5 4 6.5 6.5 0 1016 11.5z',
  person: 'M10 7m-3 0a3 3 0 106 0 3 3 0 10-6 0M4 17c.5-3.5 2.6-5 6-5s5.5 1.5 6 5',
  play: 'M7 4.5l9 5.5-9 5.5z',
  plus: 'M10 4v12M4 10h12',
  retry: 'M15.5 8A6 6 0 104 11.5M15.5 3.5V8H11',
  search: 'M9 9m-5 0a5 5 0 1010 0 5 5 0 10-10 0M12.7 12.7L17 17',
  send: 'M10 16V4M5 9l5-5 5 5',
  signOut: 'M8 4H4v12h4M8 10h9M14 7l3 3-3 3',
  sun: 'M10 10m-3.2 0a3.2 3.2 0 106.4 0 3.2 3.2 0 10-6.4 0M10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1',
  thought: 'M10 3a5 5 0 00-3 9v2h6v-2a5 5 0 00-3-9zM8 17h4',
  tool: 'M12.5 3.5a4 4 0 00-4.6 5.3L3.5 13.2l3.3 3.3 4.4-4.4a4 4 0 005.3-4.6l-2.4 2.4-2.8-.700-.700-2.8z',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.700 10h6.6L14 6M8.5 9v4.5M11.5 9v4.5',
  warning: 'M10 3.5L2.5 16.5h15zM10 8.5v4M10 14.4v.1',
  wipe: 'M4 16h12M7 16l-3-3 7.5-7.5 4.5 4.5-6 6M8.5 8.5l4.5 4.5',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: whatever it stands in says what it means. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
