// The grade as people see it.
import type { Reply } from '../api/client.ts';

/** A dash where nothing was looked at yet: no evidence is no bad grade for people, though it is none to rest on. */
export function gradeOf({ grade, controls }: Pick<Reply<'controls.list'>, 'grade' | 'controls'>): string {
  return controls.every(({ verdict }) => verdict === 'unknown') ? '–' : grade;
}
