import { Button, Input } from '@mantine/core';
import { IconPhoto, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { addPicture, PICTURE_BYTES, type PictureShape } from '@/shared/api/files';
import { pictureUrl } from '@/shared/lib/pictures';
import { failed } from './failed';
import classes from './PictureInput.module.css';

interface PictureInputProps {
  shape: PictureShape;
  /** The picture there is; empty: none. */
  value: string;
  onChange: (id: string) => void;
  disabled?: boolean;
  /** The colour a logo stands on. */
  ground?: string;
}

/** A photo or a logo: seen, replaced by a file, removed. It counts when its form is saved. */
export function PictureInput({ shape, value, onChange, disabled, ground }: PictureInputProps) {
  const { t } = useTranslation('settings'); // the words come with those pages that have pictures
  const chooser = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const fresh = useFreshPictures();
  const [bad, setBad] = useState(false);
  const upload = useMutation({
    mutationFn: (file: File) => addPicture(file, shape),
    onError: (error) => (isOfFile(error) ? setBad(true) : failed(error)),
    onSuccess: (id, file) => {
      fresh.keep(id, file);
      onChange(id);
    },
  });
  const take = (file: File | undefined) => {
    if (!file) return;
    setBad(file.size > PICTURE_BYTES);
    if (file.size <= PICTURE_BYTES) upload.mutate(file);
  };
  return (
    <>
      <div className={classes.picture}>
        <div className={classes.frame} data-shape={shape} style={ground ? { background: ground } : undefined}>
          {value ? (
            <img src={fresh.url(value) ?? pictureUrl(value)} alt="" />
          ) : (
            <IconPhoto size={20} stroke={1.5} role="img" aria-label={t('picture.none')} />
          )}
        </div>
        <input
          ref={chooser}
          type="file"
          accept="image/png,image/jpeg,image/gif"
          hidden
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = ''; // the same file may be chosen again
          }}
        />
        <Button
          ref={button}
          variant="default"
          disabled={disabled}
          loading={upload.isPending}
          onClick={() => chooser.current?.click()}
        >
          {t(value ? 'picture.replace' : 'picture.choose')}
        </Button>
        {value && !disabled && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={() => {
              onChange('');
              button.current?.focus();
            }}
          >
            {t('picture.remove')}
          </Button>
        )}
      </div>
      {bad && (
        <Input.Error mt={4} role="alert">
          {t('picture.bad')}
        </Input.Error>
      )}
    </>
  );
}

// The server hands a picture out from when somebody has it: until then it is seen from its file.
function useFreshPictures() {
  const urls = useRef(new Map<string, string>());
  useEffect(() => {
    const { current } = urls;
    return () => {
      for (const url of current.values()) URL.revokeObjectURL(url);
    };
  }, []);
  return {
    url: (id: string) => urls.current.get(id),
    keep: (id: string, file: Blob) => {
      if (!urls.current.has(id)) urls.current.set(id, URL.createObjectURL(file));
    },
  };
}

/** The file is what is wrong, not the way to the server. */
function isOfFile(error: unknown): boolean {
  return error instanceof ApiError && [413, 422].includes(error.status);
}
