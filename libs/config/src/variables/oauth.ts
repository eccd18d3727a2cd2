import { optionalAnyText, optionalSecret, optionalText, textWithDefault } from '../variable-kinds.js';

/** Log-in through another identity provider (contract: auth-admin 7.4), in the order of `GET /api/settings/oauth/`. */
export const oauthVariables = {
  clientName: optionalText({ name: 'OAUTH_CLIENT_NAME', description: 'Name of the provider; a part of the log-in addresses.' }),
  clientId: optionalSecret({ name: 'OAUTH_CLIENT_ID', description: 'Identifier of this server at the provider.' }),
  clientSecret: optionalSecret({ name: 'OAUTH_CLIENT_SECRET', description: 'Secret of this server at the provider.' }),
  oidcConfigEndpoint: optionalSecret({
    name: 'OAUTH_OIDC_CONFIG_ENDPOINT',
    description: 'Address of the discovery document of an OpenID Connect provider.',
  }),
  redirectUrl: optionalAnyText({ name: 'OAUTH_REDIRECT_URL', description: 'Address that the provider sends the browser back to.' }),
  emailClaim: textWithDefault({
    name: 'OAUTH_EMAIL_CLAIM',
    byDefault: 'email',
    description: 'Claim of the user information that holds the e-mail address.',
  }),
} as const;
