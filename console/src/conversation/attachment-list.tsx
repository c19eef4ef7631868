import type { Attachment } from './attachments.ts';

export function Attachments({ attachments }: { readonly attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <ul className="attachments">
      {attachments.map((attachment, index) => (
        <li key={index}>
          <One attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

function One({ attachment: { kind, name, image, address } }: { readonly attachment: Attachment }) {
  if (image !== null) return <img src={image} alt={name} />;
  if (address === null) return <span className="tag">{`${kind}: ${name}`}</span>;
  return (
    <a className="tag" href={address} target="_blank" rel="noopener noreferrer nofollow">
      {`${kind}: ${name}`}
    </a>
  );
}
