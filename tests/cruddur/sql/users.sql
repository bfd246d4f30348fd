-- Two users who talk to each other, and a third to start a conversation with. Their Cognito ids are
-- placeholders until the pool's are copied in by handle.
INSERT INTO users (uuid, display_name, handle, email, cognito_user_id) VALUES
  ('5b3f1c0e-8a44-4d0b-9c57-0e6a6ad3f101', 'Mariel Ostrander', 'mariel', 'mariel@example.com', 'MOCK'),
  ('c2a7d9b4-1f63-4b1e-8f0a-7d52be90a202', 'Okello Brandt', 'okello', 'okello@example.com', 'MOCK'),
  ('9e08f6d2-73c5-4aa9-b6d1-34c1f27bc303', 'Sanna Léger', 'sanna', 'sanna@example.com', 'MOCK')
ON CONFLICT (handle) DO NOTHING;
