; The installer for Windows, for one user and without an administrator: iscc /DVersion=1.2.3 /DFrozen=FOLDER /DOut=FOLDER installer.iss
; Called by build.ps1. Nobody has run it yet.

#ifndef Version
  #error Version is missing: /DVersion=1.2.3
#endif
#ifndef Frozen
  #error Frozen is missing: /DFrozen=the folder that PyInstaller made
#endif
#ifndef Out
  #define Out "."
#endif

[Setup]
; Never change AppId: it is how a later version finds the former one.
AppId={{6D5C1F0B-4B1E-4C63-9B0D-8C7B6E0E2A57}
AppName=CrossTrade Desk
AppVersion={#Version}
AppPublisher=the makers of CrossTrade Desk
VersionInfoVersion={#Version}
DefaultDirName={autopf}\CrossTrade Desk
DefaultGroupName=CrossTrade Desk
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
Compression=lzma2
SolidCompression=yes
ChangesEnvironment=yes
; A window that trades is not closed by an installer: it asks the trader to.
CloseApplications=no
SetupIconFile=crosstrade-desk.ico
UninstallDisplayIcon={app}\CrossTrade Desk.exe
OutputDir={#Out}
OutputBaseFilename=crosstrade-desk-{#Version}-windows-x64-setup

[Tasks]
Name: desktopicon; Description: "An icon on the desktop"; Flags: unchecked
Name: path; Description: "The command crosstrade-desk in new terminals (adds the folder to your PATH)"; Flags: unchecked

[InstallDelete]
; What a former version had and this one has not.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Frozen}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\CrossTrade Desk"; Filename: "{app}\CrossTrade Desk.exe"; AppUserModelID: "CrossTradeDesk"
Name: "{userdesktop}\CrossTrade Desk"; Filename: "{app}\CrossTrade Desk.exe"; Tasks: desktopicon

[Registry]
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: NotOnPath

[Run]
Filename: "{app}\CrossTrade Desk.exe"; Description: "Open CrossTrade Desk"; Flags: nowait postinstall skipifsilent

[Code]
function NotOnPath: Boolean;
var
  Path: string;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0;
end;

// Takes the folder out of PATH again. Settings, journal and keyring entries stay: they are the trader's.
procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path, Whole: string;
  Place: Integer;
begin
  if Step <> usPostUninstall then
    exit;
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    exit;
  Whole := ';' + Path + ';';
  Place := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', Uppercase(Whole));
  if Place = 0 then
    exit;
  Delete(Whole, Place, Length(ExpandConstant('{app}')) + 1);
  RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Copy(Whole, 2, Length(Whole) - 2));
end;
