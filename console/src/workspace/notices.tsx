import { useEffect } from 'react';
import { Icon } from '../parts/icon.tsx';
import { Observable, useObservable } from '../parts/observable.ts';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: 'done' | 'problem';
}

/** What is said once, at the bottom of the page, and goes by itself. */
export class Notices extends Observable<readonly Notice[]> {
  #last = 0;

  constructor() {
    super([]);
  }

  /** Takes the place of what was done before. */
  done(text: string): void {
    this.passOn();
    this.#add({ text, kind: 'done' });
  }

  problem(text: string): void {
    this.#add({ text, kind: 'problem' });
  }

  /** What was done belongs to the page on which it was; problems stay until they are read. */
  passOn(): void {
    this.set(this.value.filter(({ kind }) => kind === 'problem'));
  }

  dismiss(id: number): void {
    this.set(this.value.filter((notice) => notice.id !== id));
  }

  #add(notice: Omit<Notice, 'id'>): void {
    this.set([...this.value, { ...notice, id: ++this.#last }].slice(-3));
  }
}

export function NoticeList({ notices }: { readonly notices: Notices }) {
  const shown = useObservable(notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map((notice) => (
        <OneNotice key={notice.id} notice={notice} notices={notices} />
      ))}
    </div>
  );
}

interface OneNoticeProps {
  readonly notice: Notice;
  readonly notices: Notices;
}

function OneNotice({ notice: { id, text, kind }, notices }: OneNoticeProps) {
  useEffect(() => {
    const timer = setTimeout(() => notices.dismiss(id), kind === 'done' ? 4_000 : 10_000);
    return () => clearTimeout(timer);
  }, [notices, id, kind]);
  return (
    <div className={`notice ${kind}`}>
      <Icon name={kind === 'done' ? 'check' : 'warning'} />
      <span>{text}</span>
      <button type="button" className="quiet" aria-label="Dismiss" onClick={() => notices.dismiss(id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
