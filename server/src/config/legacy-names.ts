// The names other products give their settings, and what stands in their place here.

/** `names` end in `*` where a prefix is meant. `replacedBy` silences the note once that setting is there. */
export type ForeignName = {
  readonly area: string;
  readonly names: readonly [string, ...string[]];
  readonly instead: string;
  readonly replacedBy?: string;
};

export const foreignNames: readonly ForeignName[] = [
  {
    area: 'Listening',
    names: ['PORT', 'SERVER_PORT', 'HTTP_PORT'],
    instead: 'HOLDFAST_PORT',
    replacedBy: 'HOLDFAST_PORT',
  },
  {
    area: 'Listening',
    names: ['HOST', 'BIND_ADDRESS', 'LISTEN_ADDR', 'SERVER_HOST'],
    instead: 'HOLDFAST_LISTEN, which takes addresses and no names',
    replacedBy: 'HOLDFAST_LISTEN',
  },
  {
    area: 'Listening',
    names: ['PUBLIC_URL', 'BASE_URL', 'APP_URL', 'SITE_URL', 'NEXTAUTH_URL', 'BETTER_AUTH_URL', 'API_URL'],
    instead: 'HOLDFAST_PUBLIC_URL',
    replacedBy: 'HOLDFAST_PUBLIC_URL',
  },
  {
    area: 'Listening',
    names: ['TRUST_PROXY', 'TRUSTED_PROXIES', 'FORWARDED_ALLOW_IPS', 'PROXY_COUNT'],
    instead: 'HOLDFAST_TRUSTED_PROXIES with the address blocks of your proxies; a number of hops can be forged',
    replacedBy: 'HOLDFAST_TRUSTED_PROXIES',
  },
  {
    area: 'Listening',
    names: ['SSL_CERT', 'SSL_CERTIFICATE', 'SSL_KEY', 'TLS_CERT', 'TLS_KEY', 'HTTPS_CERT', 'HTTPS_KEY'],
    instead: 'HOLDFAST_TLS_CERT_FILE and HOLDFAST_TLS_KEY_FILE',
    replacedBy: 'HOLDFAST_TLS_CERT_FILE',
  },
  {
    area: 'Listening',
    names: ['ALLOWED_HOSTS', 'VIRTUAL_HOST'],
    instead: 'HOLDFAST_PUBLIC_URL: its host is the one that is served',
    replacedBy: 'HOLDFAST_PUBLIC_URL',
  },
  {
    area: 'Browsers',
    names: [
      'CORS_ORIGINS',
      'CORS_ORIGIN',
      'ALLOWED_ORIGINS',
      'CORS_ALLOWED_ORIGINS',
      'CORS_ALLOW_ORIGIN',
      'CORS_ALLOW_ORIGINS',
    ],
    instead: 'HOLDFAST_CORS_ORIGINS with exact origins; there is no wildcard',
    replacedBy: 'HOLDFAST_CORS_ORIGINS',
  },
  {
    area: 'Browsers',
    names: ['COOKIE_*', 'SESSION_COOKIE_*', 'CSRF_*'],
    instead: 'nothing: cookies are always __Host-, HttpOnly, Secure and SameSite, without a domain',
  },
  {
    area: 'Browsers',
    names: ['CSP', 'CONTENT_SECURITY_POLICY', 'HELMET_*'],
    instead: 'nothing: the headers are fixed and strict, and derived from the other settings',
  },
  {
    area: 'Secrets',
    names: [
      'JWT_SECRET',
      'JWT_SECRET_KEY',
      'JWT_SECRET_FILE',
      'JWT_SIGNING_KEY',
      'JWT_PRIVATE_KEY',
      'NEXTAUTH_SECRET',
      'AUTH_SECRET',
      'BETTER_AUTH_SECRET',
    ],
    instead: 'nothing: signing keys are made, sealed and rotated here; no shared secret signs tokens',
  },
  {
    area: 'Secrets',
    names: ['SECRET_KEY', 'SECRET_KEY_BASE', 'SESSION_SECRET', 'COOKIE_SECRET', 'APP_SECRET', 'APP_KEY'],
    instead: 'HOLDFAST_MASTER_KEY_FILE: every other key derives from it',
    replacedBy: 'HOLDFAST_MASTER_KEY_FILE',
  },
  {
    area: 'Secrets',
    names: [
      'ENCRYPTION_KEY',
      'ENCRYPTION_KEY_FILE',
      'MASTER_KEY',
      'DATA_ENCRYPTION_KEY',
      'VAULT_ENC_KEY',
      'LITELLM_SALT_KEY',
      'N8N_ENCRYPTION_KEY',
    ],
    instead: 'HOLDFAST_MASTER_KEY_FILE, the path of a key file with mode 0600',
    replacedBy: 'HOLDFAST_MASTER_KEY_FILE',
  },
  {
    area: 'Secrets',
    names: [
      'ADMIN_TOKEN',
      'ADMIN_API_KEY',
      'ADMIN_PASSWORD',
      'DEFAULT_ADMIN_PASSWORD',
      'ROOT_PASSWORD',
      'LITELLM_MASTER_KEY',
    ],
    instead: 'nothing: the first owner uses a one-time setup token, automation uses expiring API keys',
  },
  {
    area: 'Sessions',
    names: [
      'SESSION_MAX_AGE_HOURS',
      'SESSION_MAX_AGE',
      'SESSION_TTL',
      'SESSION_EXPIRY',
      'SESSION_LIFETIME',
      'REFRESH_TOKEN_EXPIRES_IN',
    ],
    instead: 'HOLDFAST_SESSION_ABSOLUTE_MINUTES (at most 7 days) and HOLDFAST_SESSION_IDLE_MINUTES (at most 60)',
    replacedBy: 'HOLDFAST_SESSION_ABSOLUTE_MINUTES',
  },
  {
    area: 'Sessions',
    names: ['JWT_EXPIRES_IN', 'JWT_EXPIRY', 'ACCESS_TOKEN_EXPIRE_MINUTES', 'ACCESS_TOKEN_EXPIRES_IN'],
    instead: 'nothing: access tokens live 15 minutes at most',
  },
  {
    area: 'Data',
    names: [
      'POSTGRES_URL',
      'POSTGRESQL_URL',
      'PG_URL',
      'PGVECTOR_URL',
      'VECTOR_DB_URL',
      'DATABASE_URI',
      'DB_URL',
      'DIRECT_URL',
    ],
    instead: 'DATABASE_URL: one database holds everything, vectors too',
    replacedBy: 'DATABASE_URL',
  },
  {
    area: 'Data',
    names: ['DATABASE_PASSWORD', 'DATABASE_HOST', 'DATABASE_USER', 'DATABASE_NAME', 'DB_*', 'POSTGRES_*'],
    instead: 'DATABASE_URL or DATABASE_URL_FILE, which holds host, user, password and name',
    replacedBy: 'DATABASE_URL',
  },
  {
    area: 'Data',
    names: ['PGHOST', 'PGPORT', 'PGUSER', 'PGDATABASE', 'PGPASSWORD', 'PGPASSFILE', 'PGSERVICE'],
    instead: 'DATABASE_URL: the server takes every part of its connection from there',
    replacedBy: 'DATABASE_URL',
  },
  {
    area: 'Data',
    names: [
      'REDIS_URL',
      'REDIS_HOST',
      'VALKEY_URL',
      'MONGODB_URI',
      'MONGO_URL',
      'QDRANT_URL',
      'ELASTICSEARCH_URL',
      'RABBITMQ_URL',
    ],
    instead: 'nothing: PostgreSQL is the one store; limits, queues and search are in it',
  },
  {
    area: 'Data',
    names: ['DATA_DIR', 'DATA_PATH', 'STORAGE_PATH', 'UPLOAD_DIR'],
    instead: 'HOLDFAST_DATA_DIR',
    replacedBy: 'HOLDFAST_DATA_DIR',
  },
  {
    area: 'Identity',
    names: ['CLERK_AUTHORIZED_PARTIES'],
    instead:
      'nothing yet: there is no external token issuer whose authorized parties (azp) could be named; programs use API keys',
  },
  {
    area: 'Identity',
    names: [
      'CLERK_*',
      'AUTH0_*',
      'OIDC_*',
      'OAUTH_*',
      'KEYCLOAK_*',
      'WORKOS_*',
      'OKTA_*',
      'SUPABASE_*',
      'JWKS_URI',
      'JWKS_URL',
    ],
    instead:
      'nothing yet: there is no connection to an identity provider; people sign in with a password, second factors and passkeys',
  },
  {
    area: 'Identity',
    names: [
      'AUTH_PROVIDER',
      'AUTH_MODE',
      'AUTH_DISABLED',
      'DISABLE_AUTH',
      'SKIP_AUTH',
      'NO_AUTH',
      'ALLOW_ANONYMOUS',
      'WEBUI_AUTH',
    ],
    instead: 'nothing: there is no way to trust a caller without a credential',
  },
  {
    area: 'Identity',
    names: ['DEFAULT_TENANT', 'DEFAULT_TENANT_ID', 'DEFAULT_ORG', 'TENANT_HEADER'],
    instead: 'nothing: the organization comes from the credential alone',
  },
  {
    area: 'Models',
    names: [
      'OPENAI_API_KEY',
      'ANTHROPIC_API_KEY',
      'AZURE_OPENAI_API_KEY',
      'GEMINI_API_KEY',
      'MISTRAL_API_KEY',
      'OPENROUTER_API_KEY',
    ],
    instead: 'a provider, in the console under Providers, where the key is sealed; then remove it from the environment',
  },
  {
    area: 'Models',
    names: ['OLLAMA_HOST', 'OLLAMA_BASE_URL', 'OPENAI_BASE_URL', 'VLLM_BASE_URL'],
    instead: 'a provider, in the console under Providers, and HOLDFAST_OUTBOUND_ALLOW if its address is internal',
    replacedBy: 'HOLDFAST_OUTBOUND_ALLOW',
  },
  {
    area: 'Limits',
    names: ['RATE_LIMIT', 'RATE_LIMIT_*', 'MAX_REQUESTS_PER_MINUTE', 'THROTTLE_*'],
    instead: 'the settings HOLDFAST_RATE_…_PER_MINUTE; no value turns a limit off',
  },
  {
    area: 'Limits',
    names: ['ENTITLEMENT_FAIL_OPEN', 'QUOTA_FAIL_OPEN', 'FAIL_OPEN', 'BUDGET_ENFORCEMENT'],
    instead: 'nothing: entitlements, quotas and budgets fail closed',
  },
  {
    area: 'Limits',
    names: ['MAX_BODY_SIZE', 'BODY_LIMIT', 'MAX_UPLOAD_SIZE', 'CLIENT_MAX_BODY_SIZE'],
    instead: 'HOLDFAST_BODY_BYTES_MAX and HOLDFAST_STREAM_BODY_BYTES_MAX',
    replacedBy: 'HOLDFAST_BODY_BYTES_MAX',
  },
  {
    area: 'Operation',
    names: ['NODE_ENV', 'APP_ENV', 'ENVIRONMENT', 'CORESDK_ENV', 'DEBUG', 'DEV_MODE', 'DEMO_MODE'],
    instead: 'HOLDFAST_ENVIRONMENT for the name; there is no development mode, exposure decides',
    replacedBy: 'HOLDFAST_ENVIRONMENT',
  },
  {
    area: 'Operation',
    names: ['LOG_LEVEL'],
    instead: 'HOLDFAST_LOG_LEVEL',
    replacedBy: 'HOLDFAST_LOG_LEVEL',
  },
  {
    area: 'Operation',
    names: ['METRICS_TOKEN', 'METRICS_AUTH_TOKEN', 'PROMETHEUS_TOKEN'],
    instead: 'HOLDFAST_METRICS_CREDENTIAL_FILE',
    replacedBy: 'HOLDFAST_METRICS_CREDENTIAL',
  },
  {
    area: 'Operation',
    names: ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'],
    instead: 'HOLDFAST_OUTBOUND_PROXY, for every outbound call and without exceptions',
    replacedBy: 'HOLDFAST_OUTBOUND_PROXY',
  },
];
