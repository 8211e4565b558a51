import { Button } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isShut, type MailView } from '../api/cases';
import classes from './history.module.css';

/** What a mail says: its own page without scripts in a frame, or plain text; what it quotes is folded. */
export function MailBody({ mail }: { mail: MailView }) {
  const { t } = useTranslation('mail');
  const [images, setImages] = useState(false);
  if (!mail.html) return <PlainText mail={mail} />;
  return (
    <>
      {mail.remoteImages > 0 && !images && (
        <div className={classes.images}>
          <IconPhoto size={15} aria-hidden />
          <span>{t('mail.images', { count: mail.remoteImages })}</span>
          <Button size="compact-xs" variant="subtle" onClick={() => setImages(true)}>
            {t('mail.showImages')}
          </Button>
        </div>
      )}
      <Frame mail={mail} images={images} />
    </>
  );
}

// The server's headers forbid scripts in it a second time.
const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';

/** A mail on white paper, as high as it is long. */
function Frame({ mail, images = false }: { mail: MailView; images?: boolean }) {
  const { t } = useTranslation('mail');
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(40);
  const [folded, setFolded] = useState(false);
  const [shown, setShown] = useState(false);
  const [page, setPage] = useState<Document | null>(null);

  useEffect(() => {
    if (!page?.body) return undefined;
    page.body.classList.toggle('unfolded', shown);
    const measure = () => setHeight(Math.max(24, page.documentElement.offsetHeight));
    measure();
    const seen = new ResizeObserver(measure);
    seen.observe(page.body);
    return () => seen.disconnect();
  }, [page, shown]);

  const loaded = () => {
    const inside = frame.current?.contentDocument ?? null;
    setPage(inside);
    setFolded(Boolean(inside?.querySelector('[data-fold]')));
  };
  // A draft changes under the same address; so does a mail whose pictures were found clean.
  const shut = mail.files?.filter((file) => file.inline && isShut(file)).length ?? 0;
  const query = new URLSearchParams({ ...(images ? { images: '1' } : {}), v: `${mail.version}.${shut}` });
  return (
    <>
      <iframe
        ref={frame}
        className={classes.frame}
        title={t('mail.textOf', { name: mail.from.name || mail.from.address })}
        sandbox={SANDBOX}
        style={{ height }}
        onLoad={loaded}
        src={`/api/mails/${mail.id}/html?${query}`}
      />
      {folded && <Fold shown={shown} onToggle={() => setShown(!shown)} />}
    </>
  );
}

function PlainText({ mail }: { mail: MailView }) {
  const { t } = useTranslation('mail');
  const [shown, setShown] = useState(false);
  return (
    <>
      <p className={classes.text}>{mail.text || (mail.quote ? '' : t('mail.empty'))}</p>
      {mail.signature && <p className={classes.signature}>{mail.signature}</p>}
      {mail.quote && <Fold shown={shown} onToggle={() => setShown(!shown)} />}
      {mail.quote && shown && <blockquote className={classes.quote}>{mail.quote}</blockquote>}
    </>
  );
}

function Fold({ shown, onToggle }: { shown: boolean; onToggle: () => void }) {
  const { t } = useTranslation('mail');
  return (
    <Button
      className={classes.fold}
      size="compact-xs"
      variant="default"
      aria-expanded={shown}
      onClick={onToggle}
    >
      {t(shown ? 'mail.hideQuote' : 'mail.showQuote')}
    </Button>
  );
}
