BEGIN TRANSACTION;
CREATE TABLE endings (id INTEGER PRIMARY KEY REFERENCES intents (id), outcome TEXT NOT NULL,
       sentence TEXT NOT NULL, status INTEGER, answer TEXT NOT NULL, elapsed_us INTEGER NOT NULL) STRICT;
INSERT INTO "endings" VALUES(1,'accepted','The server said yes.',200,'{"success": true}',43000);
INSERT INTO "endings" VALUES(2,'accepted','The server said yes.',200,'{"success": true}',43000);
INSERT INTO "endings" VALUES(3,'unknown','The program ended before the answer came. Look in NinjaTrader before you send again.',NULL,'',0);
INSERT INTO "endings" VALUES(4,'accepted','The server said yes.',200,'{"success": true}',43000);
INSERT INTO "endings" VALUES(5,'unknown','No answer within 10 s.',NULL,'',10000000);
CREATE TABLE intents (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, at_us INTEGER NOT NULL,
       place TEXT NOT NULL, command TEXT NOT NULL, accounts TEXT NOT NULL, instrument TEXT NOT NULL,
       sentence TEXT NOT NULL, wire TEXT NOT NULL) STRICT;
INSERT INTO "intents" VALUES(1,1,1764000000000000,'PRACTICE','PLACE','Sim101,Sim102','MES 12-26','Buy 1 MES 12-26 at market on Sim101 and Sim102','key=••••;
command=PLACE;');
INSERT INTO "intents" VALUES(2,1,1764000001000000,'PRACTICE','PLACE','Sim101,Sim102','MES 12-26','Buy 1 MES 12-26 at market on Sim101 and Sim102','key=••••;
command=PLACE;');
INSERT INTO "intents" VALUES(3,1,1764000002000000,'PRACTICE','PLACE','Sim101,Sim102','MES 12-26','Buy 1 MES 12-26 at market on Sim101 and Sim102','key=••••;
command=PLACE;');
INSERT INTO "intents" VALUES(4,1,1764000003000000,'PRACTICE','PLACE','Sim101,Sim102','MES 12-26','Buy 1 MES 12-26 at market on Sim101 and Sim102','key=••••;
command=PLACE;');
INSERT INTO "intents" VALUES(5,2,1764000000000000,'PRACTICE','PLACE','Sim101,Sim102','MES 12-26','Buy 1 MES 12-26 at market on Sim101 and Sim102','key=••••;
command=PLACE;');
INSERT INTO "intents" VALUES(6,2,1764000000000000,'PRACTICE','PLACE','Sim101,Sim102','MES 12-26','Buy 1 MES 12-26 at market on Sim101 and Sim102','key=••••;
command=PLACE;');
CREATE TABLE pending (id INTEGER PRIMARY KEY, session INTEGER NOT NULL) STRICT;
INSERT INTO "pending" VALUES(6,2);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, pid INTEGER NOT NULL) STRICT;
INSERT INTO "sessions" VALUES(1,7462);
INSERT INTO "sessions" VALUES(2,7462);
CREATE TRIGGER begun AFTER INSERT ON intents
       BEGIN INSERT INTO pending VALUES (new.id, new.session); END;
CREATE TRIGGER ended AFTER INSERT ON endings BEGIN DELETE FROM pending WHERE id = new.id; END;
CREATE TRIGGER no_UPDATE_intents BEFORE UPDATE ON intents BEGIN SELECT raise(ABORT, 'rows stay'); END;
CREATE TRIGGER no_UPDATE_endings BEFORE UPDATE ON endings BEGIN SELECT raise(ABORT, 'rows stay'); END;
CREATE TRIGGER no_DELETE_intents BEFORE DELETE ON intents BEGIN SELECT raise(ABORT, 'rows stay'); END;
CREATE TRIGGER no_DELETE_endings BEFORE DELETE ON endings BEGIN SELECT raise(ABORT, 'rows stay'); END;
COMMIT;
