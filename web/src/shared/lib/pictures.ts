/** Where a picture is shown from. */
export const pictureUrl = (id: string | undefined) => (id ? `/api/pictures/${id}` : undefined);
