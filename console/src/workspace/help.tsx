import { Dialog } from '../parts/dialog.tsx';
import { useObservable } from '../parts/observable.ts';
import { helpShown } from './help-state.ts';
import { setSingleKeys, SHORTCUTS, singleKeys } from './shortcuts.ts';

export function Help() {
  const isShown = useObservable(helpShown);
  const on = useObservable(singleKeys);
  if (!isShown) return null;
  return (
    <Dialog title="Keyboard" onClose={() => helpShown.set(false)}>
      <dl className="shortcuts">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Ctrl</kbd>
            <kbd>K</kbd>
          </dt>
          <dd>Search, wherever you are</dd>
        </div>
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>Send; with Shift a new line</dd>
        </div>
      </dl>
      <label className="switch">
        <input type="checkbox" checked={on} onChange={(event) => setSingleKeys(event.target.checked)} />
        Shortcuts of a single key
      </label>
      <div className="buttons">
        <button type="button" className="primary" onClick={() => helpShown.set(false)}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
