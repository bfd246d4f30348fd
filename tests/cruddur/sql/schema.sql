-- The users of Cruddur, as far as direct messages need them. Timestamps carry no time zone.
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS users (
  uuid UUID DEFAULT gen_random_uuid() PRIMARY KEY,
  display_name TEXT NOT NULL,
  handle TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  cognito_user_id TEXT NOT NULL,
  created_at TIMESTAMP DEFAULT current_timestamp NOT NULL
);
