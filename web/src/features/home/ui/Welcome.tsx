import { Anchor } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './home.module.css';

/** The team's start page. A page that refuses to be framed opens by the link above it. */
export function Welcome({ url }: { url: string }) {
  const { t } = useTranslation('home');
  return (
    <>
      <p className={classes.link}>
        <Anchor href={url} target="_blank" rel="noopener noreferrer">
          {t('openApart')} <IconExternalLink size={13} aria-hidden />
        </Anchor>
      </p>
      <iframe
        className={classes.frame}
        src={url}
        title={t('welcome')}
        sandbox="allow-scripts allow-same-origin allow-forms allow-popups"
      />
    </>
  );
}
