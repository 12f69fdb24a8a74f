// What a provider takes for a million tokens, as fields of its form.
import { Group, Textarea, TextInput } from '@mantine/core';
import { fieldError } from '../api/problem.ts';
import { badPriceLine } from './prices.ts';

type Props = {
  readonly currency: string;
  readonly prices: string;
  readonly onChange: (part: { readonly currency?: string; readonly prices?: string }) => void;
  readonly error: unknown;
};

export function PricesFields({ currency, prices, onChange, error }: Props) {
  const bad = badPriceLine(prices);
  return (
    <Group align="flex-start" wrap="nowrap" gap="sm">
      <Textarea
        label="Prices for a million tokens"
        description="A model a line, then in and out, such as: gpt-4o 2.50 10. For the cost of keys."
        value={prices}
        onChange={(event) => onChange({ prices: event.currentTarget.value })}
        error={bad === undefined ? fieldError(error, 'prices') : `“${bad}” is not a model and two numbers.`}
        autosize
        minRows={2}
        maxRows={8}
        flex={1}
      />
      <TextInput
        label="Currency"
        description="ISO 4217"
        value={currency}
        onChange={(event) => onChange({ currency: event.currentTarget.value.toUpperCase() })}
        error={fieldError(error, 'currency')}
        maxLength={3}
        w={96}
      />
    </Group>
  );
}
