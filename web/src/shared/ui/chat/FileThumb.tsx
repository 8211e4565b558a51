import { CloseButton } from '@mantine/core';
import { IconFile, IconFileText, IconFileZip, IconMusic, IconPhoto, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useBytes } from '../useBytes';
import classes from './Composer.module.css';

export interface FileThumbProps {
  name: string;
  /** Bytes. */
  size: number;
  type: string;
  /** Where it opens; an image also shows it as its thumbnail if `thumb` is set. */
  href?: string;
  thumb?: string;
  /** Of the picture, so that nothing jumps when it has loaded. */
  width?: number;
  height?: number;
  /** 0 to 1 while it is sent. */
  progress?: number;
  /** Why it was refused. */
  error?: string;
  onOpen?: () => void;
  onRemove?: () => void;
}

/** A file in a conversation or on its way into it. */
export function FileThumb(props: FileThumbProps) {
  const { name, size, type, href, progress, error, onRemove } = props;
  const { t } = useTranslation();
  const bytes = useBytes();
  if (props.thumb && props.onOpen && !error) return <Picture {...props} />;
  const Sign = iconOf(type);
  const note =
    error ??
    (progress === undefined ? bytes(size) : t('file.uploading', { percent: Math.round(progress * 100) }));
  const inside = (
    <>
      <Sign size={22} stroke={1.4} aria-hidden style={{ flex: 'none' }} />
      <span className={classes.fileText}>
        <div className={classes.fileName} translate="no">
          {name}
        </div>
        <div className={`${classes.fileNote} num`}>{note}</div>
        {progress !== undefined && (
          <div className={classes.progress}>
            <span style={{ width: `${progress * 100}%` }} />
          </div>
        )}
      </span>
      {onRemove && <CloseButton size="sm" aria-label={t('action.delete')} onClick={onRemove} />}
    </>
  );
  if (!href || error) {
    return (
      <div className={classes.file} data-failed={error ? true : undefined}>
        {inside}
      </div>
    );
  }
  return (
    <a className={classes.file} href={href} download={name}>
      {inside}
    </a>
  );
}

function Picture({ name, thumb, width = 4, height = 3, onOpen }: FileThumbProps) {
  const { t } = useTranslation();
  const shape = { aspectRatio: `${width} / ${height}`, width: Math.min(width, 260), maxHeight: 240 };
  return (
    <button
      type="button"
      className={classes.picture}
      style={shape}
      onClick={onOpen}
      aria-label={t('file.open', { name })}
    >
      <img src={thumb} alt={name} loading="lazy" />
    </button>
  );
}

function iconOf(type: string) {
  if (type.startsWith('image/')) return IconPhoto;
  if (type.startsWith('audio/')) return IconMusic;
  if (type.startsWith('video/')) return IconVideo;
  if (/zip|compressed|tar/.test(type)) return IconFileZip;
  if (/pdf|text|word|document/.test(type)) return IconFileText;
  return IconFile;
}
