// What is known of emergency access: asked again and again, for it begins without anybody in this tab.
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';

export const emergencyQuery = queryOptions({
  queryKey: ['emergency'],
  queryFn: ({ signal }) => call('emergency.get', {}, signal),
  refetchInterval: 30_000,
});
