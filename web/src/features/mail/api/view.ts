import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { type Place, type QueueView, usualSort } from './queue';

const fresh = (place: Place): QueueView => ({
  place,
  userId: '',
  serviceId: '',
  push: '',
  language: '',
  categoryId: '',
  fields: [],
  q: '',
  sort: usualSort(place),
  desc: false,
  offset: 0,
});

interface Views {
  place: Place;
  /** Each queue keeps its own filter and order. */
  views: Record<Place, QueueView>;
}

/** What this person looks at in «My cases»; of this tab, so that a reload shows the same. */
export const useViews = create<Views>()(
  persist(
    (): Views => ({
      place: 'team',
      views: { team: fresh('team'), personal: fresh('personal'), pinned: fresh('pinned') },
    }),
    {
      name: 'parley.mailViews.4',
      storage: createJSONStorage(() => sessionStorage),
    },
  ),
);

export const useView = (): QueueView => useViews(({ place, views }) => views[place]);

/** Another filter or order begins at the first page. */
export function changeView(change: Partial<QueueView>): void {
  useViews.setState(({ place, views }) => ({
    views: { ...views, [place]: { ...views[place], offset: 0, ...change } },
  }));
}

export const choosePlace = (place: Place) => useViews.setState({ place });

export const isNarrowed = ({ serviceId, push, language, categoryId, fields, q }: QueueView) =>
  fields.length > 0 || [serviceId, push, language, categoryId, q].some((one) => one !== '');

export const clearFilter = () =>
  changeView({ serviceId: '', push: '', language: '', categoryId: '', fields: [], q: '' });
