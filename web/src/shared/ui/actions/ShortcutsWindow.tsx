import { useTranslation } from 'react-i18next';
import { Window } from '../Window';
import { type Action, shortcutText } from './action';
import classes from './actions.module.css';
import { useOfferedActions } from './registry';

/** The list of shortcuts that do something now. */
export function ShortcutsWindow({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const actions = useOfferedActions().filter((action) => action.shortcut !== undefined);
  const groups = new Map<string, Action[]>();
  for (const action of actions) {
    const group = action.group ?? t('shortcuts.general');
    groups.set(group, [...(groups.get(group) ?? []), action]);
  }
  return (
    <Window
      opened={opened}
      onClose={onClose}
      title={t('shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      size="34rem"
    >
      <ShortcutGroups groups={groups} />
    </Window>
  );
}

function ShortcutGroups({ groups }: { groups: Map<string, Action[]> }) {
  return (
    <div className={classes.groups}>
      {[...groups].map(([group, actions]) => (
        <section key={group}>
          <h3 className={classes.heading}>{group}</h3>
          <dl className={classes.list}>
            {actions.map((action) => (
              <div key={action.id} className={classes.pair}>
                <dt>{action.label}</dt>
                <dd>
                  <kbd>{shortcutText(action.shortcut ?? '')}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
