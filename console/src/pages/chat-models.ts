// Which of a provider's models are likely to answer a chat, for a first try: names are all that providers tell.

/** Kinds whose names give them away. */
const OTHER = /embed|whisper|transcri|tts|speech|audio|realtime|dall-?e|image|vision-preview|moderation|rerank|guard/i;

/** Those that do not say they are something else, or all where every one does, in the provider's order. */
export function chatModels(models: readonly string[]): readonly string[] {
  const chat = models.filter((name) => !OTHER.test(name));
  return chat.length === 0 ? models : chat;
}
