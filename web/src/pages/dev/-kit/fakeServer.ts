import { ApiError } from '@/shared/api/errors';

/** Answers like the server would: an empty name is wrong, «conflict» was changed by somebody else. */
export async function fakeSave(values: { name: string }, version: number | undefined): Promise<void> {
  if (values.name === '') {
    throw new ApiError(422, {
      code: 'PAR-0001',
      errors: [{ field: 'body.name', message: 'Не может быть пустым' }],
    });
  }
  if (values.name.includes('conflict') && version === 3) throw new ApiError(409, { code: 'PAR-0003' });
  if (values.name.includes('broken')) throw new ApiError(500, { code: 'PAR-0007', args: { number: '4F2A' } });
}
