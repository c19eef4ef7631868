import type { ReactNode } from 'react';
import { CopyButton } from '../parts/copy-button.tsx';

export interface FactProps {
  readonly name: string;
  /** A value for programs, which can be copied. */
  readonly copied?: string;
  readonly children?: ReactNode;
}

/** One line of a list of details. */
export function Fact({ name, copied, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {copied !== undefined && (
          <>
            <code>{copied}</code>
            <CopyButton text={copied} what={name.toLowerCase()} />
          </>
        )}
        {children}
      </dd>
    </div>
  );
}
