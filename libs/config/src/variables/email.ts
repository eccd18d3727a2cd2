import { flag, optionalAnyText, optionalEmail, optionalEmails, optionalInteger, optionalSecret } from '../variable-kinds.js';

/** Outgoing mail (contract: auth-admin 7.3), in the order of `GET /api/settings/email/`. */
export const emailVariables = {
  sender: optionalEmail({ name: 'FRACTAL_EMAIL_SENDER', description: 'Address that mail is sent from.' }),
  password: optionalSecret({ name: 'FRACTAL_EMAIL_PASSWORD', description: 'Password of the sender at the mail server.' }),
  smtpServer: optionalAnyText({ name: 'FRACTAL_EMAIL_SMTP_SERVER', description: 'Host of the mail server.' }),
  smtpPort: optionalInteger({ name: 'FRACTAL_EMAIL_SMTP_PORT', description: 'Port of the mail server.' }),
  instanceName: optionalAnyText({
    name: 'FRACTAL_EMAIL_INSTANCE_NAME',
    description: 'Name of this deployment, shown in the subject of mails.',
  }),
  recipients: optionalEmails({ name: 'FRACTAL_EMAIL_RECIPIENTS', description: 'Addresses that receive mail, separated by commas.' }),
  useStarttls: flag({ name: 'FRACTAL_EMAIL_USE_STARTTLS', byDefault: true, description: 'Encrypts the connection to the mail server.' }),
  useLogin: flag({ name: 'FRACTAL_EMAIL_USE_LOGIN', byDefault: true, description: 'Logs in at the mail server.' }),
} as const;
