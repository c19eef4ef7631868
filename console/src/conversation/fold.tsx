import { createContext, useContext, useId, useState, type ReactNode } from 'react';
import { Icon, type IconName } from '../parts/icon.tsx';

/** Which rows are unfolded: rows that scroll out of sight are forgotten by the page, and come back as they were left. */
export class Folds {
  readonly #open = new Set<string>();

  isOpen(key: string): boolean {
    return this.#open.has(key);
  }

  set(key: string, open: boolean): void {
    if (open) this.#open.add(key);
    else this.#open.delete(key);
  }
}

export const FoldsContext = createContext(new Folds());

/** Whether something of that name is unfolded, and how to change it. */
export function useFold(key: string): readonly [boolean, () => void] {
  const folds = useContext(FoldsContext);
  const [open, setOpen] = useState(() => folds.isOpen(key));
  const toggle = (): void => {
    folds.set(key, !open);
    setOpen(!open);
  };
  return [open, toggle];
}

export interface FoldProps {
  readonly name: string;
  readonly icon: IconName;
  readonly label: ReactNode;
  /** At the end of the line. */
  readonly state?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** One line that unfolds. */
export function Fold({ name, icon, label, state, className = '', children }: FoldProps) {
  const [open, toggle] = useFold(name);
  const id = useId();
  return (
    <div className={`fold ${className}`} data-open={open}>
      <button type="button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={toggle}>
        <Icon name={icon} />
        <span className="fold-label">{label}</span>
        {state !== undefined && <span className="fold-state">{state}</span>}
        <span className="fold-mark">
          <Icon name="chevron" />
        </span>
      </button>
      {open && (
        <div className="fold-body" id={id}>
          {children}
        </div>
      )}
    </div>
  );
}
