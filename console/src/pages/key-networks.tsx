// From which networks one key may be used.
import { Modal, Stack, Text, Textarea } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { Loading } from '../ui/loading.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { blocksIn, faultIn } from './blocks.ts';

type Props = { readonly apiKey: { readonly id: string; readonly name: string }; readonly onClose: () => void };

export function KeyNetworks({ apiKey, onClose }: Props) {
  const { id, name } = apiKey;
  const found = useQuery({
    queryKey: ['key-networks', id],
    queryFn: ({ signal }) => call('api_key.get_networks', { params: { apiKeyId: id } }, signal),
  });
  return (
    <Modal opened onClose={onClose} title={`Networks of ${name}`}>
      <ProblemBox error={found.error} />
      {found.isPending ? <Loading height={180} /> : null}
      {found.data === undefined ? null : <Form id={id} networks={found.data.networks} onClose={onClose} />}
    </Modal>
  );
}

type FormProps = { readonly id: string; readonly networks: readonly string[]; readonly onClose: () => void };

function Form({ id, networks, onClose }: FormProps) {
  const client = useQueryClient();
  const [text, setText] = useState(networks.join('\n'));
  const saving = useMutation({
    mutationFn: () => call('api_key.update_networks', { params: { apiKeyId: id }, body: { networks: blocksIn(text) } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['key-networks', id] });
      onClose();
    },
    meta: { done: 'The networks of the key are saved, and hold' },
  });
  const fault = faultIn(saving.error, 'networks', blocksIn(text));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">The rules of the organization hold beside these; an empty list adds none.</Text>
        <Textarea
          label="Networks"
          description="Blocks such as 203.0.113.0/24, one on each line"
          autosize
          minRows={3}
          maxRows={12}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={fault}
          data-autofocus
        />
        {fault === undefined ? <ProblemBox error={saving.error} /> : null}
        <ActButton type="submit" loading={saving.isPending}>
          Save
        </ActButton>
      </Stack>
    </form>
  );
}
