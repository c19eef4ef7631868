import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  readonly label: string;
  readonly icon: IconName;
  readonly act: () => void;
  /** Whether it takes something away. */
  readonly danger?: boolean;
  /** Of several that exclude one another, the one that holds. */
  readonly checked?: boolean;
}

export interface MenuProps {
  readonly label: string;
  readonly button: ReactNode;
  readonly className?: string;
  /** Groups, with lines between them. */
  readonly groups: readonly (readonly MenuItem[])[];
}

/** A button that opens a menu, as the ARIA practices have it: arrows, Home and End move, Escape and Tab leave. */
export function Menu({ label, button, className = 'quiet', groups }: MenuProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    place.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
    const leave = (event: PointerEvent): void => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [open]);

  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!open) return;
    event.stopPropagation();
    if (event.key === 'Escape') return close();
    if (event.key === 'Tab') return setOpen(false);
    const items = [...(place.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
    const now = items.findIndex((item) => item === document.activeElement);
    const next = placeAfter(event.key, now, items.length);
    if (next === null) return;
    event.preventDefault();
    items[next]?.focus();
  };
  const choose = (item: MenuItem): void => {
    close();
    item.act();
  };
  return (
    <div className="menu" ref={place} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={opener}
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div id={id} role="menu" aria-label={label}>
          {groups.map((group, index) => (
            <div role="group" key={index}>
              {group.map((item) => (
                <Choice key={item.label} item={item} onChoose={choose} />
              ))}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Choice({
  item,
  onChoose,
}: {
  readonly item: MenuItem;
  readonly onChoose: (item: MenuItem) => void;
}) {
  const isRadio = item.checked !== undefined;
  return (
    <button
      type="button"
      role={isRadio ? 'menuitemradio' : 'menuitem'}
      aria-checked={item.checked}
      tabIndex={-1}
      className={item.danger === true ? 'danger-text' : undefined}
      onClick={() => onChoose(item)}
    >
      <Icon name={item.icon} />
      {item.label}
      {item.checked === true && <Icon name="check" />}
    </button>
  );
}

/** Where a key leads from a place; null: it does not move. */
export function placeAfter(key: string, now: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return (now + 1) % count;
    case 'ArrowUp':
      return (now - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
