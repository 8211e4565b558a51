import { ActionIcon, Tooltip } from '@mantine/core';
import { IconExternalLink, IconUserMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import type { Conversation, Segment } from '@/shared/live/entities';
import { failed } from '@/shared/ui/failed';
import classes from './chat.module.css';

/** Where the customer is on the site, following (C-6), and who else takes part (C-12). */
export function ChatHead({ segment, conversation }: { segment: Segment; conversation?: Conversation }) {
  const { t } = useTranslation('chat');
  if (!conversation) return null;
  const { page } = conversation;
  const others = conversation.participants.filter((one) => one.segmentId !== segment.id);
  return (
    <div className={classes.head}>
      <span className={classes.page}>
        <span
          className={classes.dot}
          data-on={conversation.customerOnline || undefined}
          title={t(conversation.customerOnline ? 'onSite' : 'offSite')}
        />
        {isWebAddress(page.url) ? (
          <a href={page.url} target="_blank" rel="noopener noreferrer nofollow" title={page.url}>
            {page.title || page.url} <IconExternalLink size={12} aria-hidden />
          </a>
        ) : (
          <span>{segment.serviceName}</span>
        )}
      </span>
      {others.length > 0 && (
        <ul className={classes.people} aria-label={t('participants')}>
          {others.map((one) => (
            <li key={one.segmentId} data-expected={one.state === 'expected' || undefined}>
              {one.state === 'expected' ? t('expected', { name: one.name }) : one.name}
              {one.state === 'joined' && segment.abilities.includes('remove_participant') && (
                <Tooltip label={t('remove', { name: one.name })}>
                  <ActionIcon
                    size="xs"
                    aria-label={t('remove', { name: one.name })}
                    onClick={() => remove(segment.id, one.segmentId)}
                  >
                    <IconUserMinus size={13} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function remove(id: string, segmentId: string): void {
  done(
    api.POST('/api/segments/{id}/remove-participant', { params: { path: { id } }, body: { segmentId } }),
  ).catch(failed);
}

// The address is the customer's word: only the web's own schemes become a link.
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
